-- What asking people takes beyond the question itself: who sees it, who has answered, what was sent where, and what the engine has yet to hear.
ALTER TABLE public.human_interactions
  ADD COLUMN remind_at timestamptz,
  ADD COLUMN dispatched_at timestamptz,               -- its messages are rows of hil_deliveries since
  ADD COLUMN answered_by jsonb,
  ADD COLUMN outcome varchar(20),                     -- the port the node goes on by, or failed
  DROP CONSTRAINT valid_timeout_action,
  ADD CONSTRAINT valid_timeout_action CHECK (timeout_action IN ('fail', 'continue', 'default_response', 'escalate')),
  ADD CONSTRAINT valid_outcome CHECK (outcome IN ('confirmed', 'rejected', 'unrelated', 'timeout', 'failed'));
CREATE INDEX idx_human_interactions_undispatched ON public.human_interactions (created_at) WHERE status = 'pending' AND dispatched_at IS NULL;
CREATE INDEX idx_human_interactions_remind_at ON public.human_interactions (remind_at)
  WHERE status = 'pending' AND warning_sent_at IS NULL AND remind_at IS NOT NULL;

-- An execution that ends takes its open questions back; one that is answered already stays answered.
CREATE POLICY "Engine withdraws what is pending" ON public.human_interactions FOR UPDATE TO workflow_engine_service
  USING (status = 'pending') WITH CHECK (status IN ('pending', 'cancelled'));
GRANT UPDATE (status) ON public.human_interactions TO workflow_engine_service;
GRANT UPDATE (timeout_action, remind_at, dispatched_at, answered_by, outcome) ON public.human_interactions TO human_in_the_loop_service;

-- What the engine has withdrawn is noted once more: those who were asked have to be told.
ALTER POLICY "Human-in-the-loop works on what is pending" ON public.human_interactions USING (status = 'pending' OR (status = 'cancelled' AND outcome IS NULL));
CREATE INDEX idx_human_interactions_withdrawn ON public.human_interactions (updated_at) WHERE status = 'cancelled' AND outcome IS NULL;

-- Users of the platform who are asked, besides the workflow's owner. A policy on human_interactions that asked for them too would be an OR,
-- and lists would lose their index; the service shows an assignee what this table, read as that user, says is his.
CREATE TABLE public.hil_assignees (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  interaction_id uuid NOT NULL REFERENCES public.human_interactions (id) ON DELETE CASCADE,
  user_id uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT hil_assignees_user_key UNIQUE (user_id, interaction_id)
);
CREATE INDEX idx_hil_assignees_interaction_id ON public.hil_assignees (interaction_id);
ALTER TABLE public.hil_assignees ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Users can see what they are asked" ON public.hil_assignees FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Engine names whom it asks" ON public.hil_assignees FOR INSERT TO workflow_engine_service WITH CHECK (true);
CREATE POLICY "Human-in-the-loop keeps assignees" ON public.hil_assignees TO human_in_the_loop_service USING (true) WITH CHECK (true);
GRANT SELECT ON public.hil_assignees TO authenticated;
GRANT INSERT ON public.hil_assignees TO workflow_engine_service;
GRANT SELECT, INSERT, DELETE ON public.hil_assignees TO human_in_the_loop_service;

-- What the channels of a question need and nobody may read: tokens and passwords. It goes when there is nothing more to send.
CREATE TABLE public.hil_channel_secrets (
  interaction_id uuid PRIMARY KEY REFERENCES public.human_interactions (id) ON DELETE CASCADE,
  secrets jsonb NOT NULL
);
ALTER TABLE public.hil_channel_secrets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Engine hands over secrets" ON public.hil_channel_secrets FOR INSERT TO workflow_engine_service WITH CHECK (true);
CREATE POLICY "Human-in-the-loop keeps secrets" ON public.hil_channel_secrets TO human_in_the_loop_service USING (true) WITH CHECK (true);
GRANT INSERT ON public.hil_channel_secrets TO workflow_engine_service;
GRANT SELECT, DELETE ON public.hil_channel_secrets TO human_in_the_loop_service;

-- One message to one recipient: what for, how often it was tried, what the channel calls it.
CREATE TABLE public.hil_deliveries (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  interaction_id uuid NOT NULL REFERENCES public.human_interactions (id) ON DELETE CASCADE,
  user_id uuid NOT NULL,
  channel_type varchar(50) NOT NULL,
  recipient varchar(320) NOT NULL DEFAULT '',
  message_type varchar(50) NOT NULL,
  number integer NOT NULL DEFAULT 0,                  -- of several with the same occasion: reminders by hand
  status varchar(20) NOT NULL DEFAULT 'queued',
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL DEFAULT now(), -- while it is queued; a claim moves it ahead as a lease
  sent_at timestamptz,
  reference varchar(500),                             -- Slack's channel:ts, a Message-ID, the id of a webhook message
  error_message text,
  variables jsonb NOT NULL DEFAULT '{}',              -- what the text says besides what the question says
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT valid_delivery_channel CHECK (channel_type IN ('slack', 'email', 'webhook', 'in_app')),
  CONSTRAINT valid_delivery_message CHECK (
    message_type IN ('request', 'warning', 'approved', 'rejected', 'completed', 'timeout', 'escalated', 'cancelled', 'clarification')),
  CONSTRAINT valid_delivery_status CHECK (status IN ('queued', 'sent', 'failed', 'dropped')),
  CONSTRAINT sent_delivery_has_its_time CHECK ((status = 'sent') = (sent_at IS NOT NULL)),
  CONSTRAINT hil_deliveries_message_key UNIQUE (interaction_id, channel_type, recipient, message_type, number)
);
CREATE INDEX idx_hil_deliveries_queued ON public.hil_deliveries (next_attempt_at) WHERE status = 'queued';
CREATE INDEX idx_hil_deliveries_reference ON public.hil_deliveries (reference) WHERE reference IS NOT NULL;
CREATE INDEX idx_hil_deliveries_user_id ON public.hil_deliveries (user_id, interaction_id);
ALTER TABLE public.hil_deliveries ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Users can read own deliveries" ON public.hil_deliveries FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Human-in-the-loop keeps every delivery" ON public.hil_deliveries TO human_in_the_loop_service USING (true) WITH CHECK (true);
GRANT SELECT ON public.hil_deliveries TO authenticated;
GRANT SELECT, INSERT, UPDATE (status, attempts, next_attempt_at, sent_at, reference, error_message, variables) ON public.hil_deliveries
  TO human_in_the_loop_service;

-- Where several have to agree: what each has said, once.
CREATE TABLE public.hil_votes (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  interaction_id uuid NOT NULL REFERENCES public.human_interactions (id) ON DELETE CASCADE,
  user_id uuid NOT NULL,
  voter varchar(320) NOT NULL,                        -- user:<id>, email:<address>, slack:<team>:<id>
  agrees boolean NOT NULL,
  response_data jsonb NOT NULL,
  responder jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT hil_votes_voter_key UNIQUE (interaction_id, voter)
);
CREATE INDEX idx_hil_votes_user_id ON public.hil_votes (user_id, interaction_id);
ALTER TABLE public.hil_votes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Users can read own votes" ON public.hil_votes FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Human-in-the-loop keeps every vote" ON public.hil_votes TO human_in_the_loop_service USING (true) WITH CHECK (true);
GRANT SELECT ON public.hil_votes TO authenticated;
GRANT SELECT, INSERT ON public.hil_votes TO human_in_the_loop_service;

-- What the engine has yet to hear: written in the transaction that decides an interaction, gone when the engine has taken it.
CREATE TABLE public.hil_resumptions (
  interaction_id uuid PRIMARY KEY REFERENCES public.human_interactions (id) ON DELETE CASCADE,
  payload jsonb NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  error_message text,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_hil_resumptions_next_attempt_at ON public.hil_resumptions (next_attempt_at);
ALTER TABLE public.hil_resumptions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Human-in-the-loop keeps every resumption" ON public.hil_resumptions TO human_in_the_loop_service USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (attempts, next_attempt_at, error_message), DELETE ON public.hil_resumptions TO human_in_the_loop_service;

-- A written reply: who wrote it, and how each factor was judged.
ALTER TABLE public.hil_responses ADD COLUMN sender varchar(320), ADD COLUMN factors jsonb;
GRANT UPDATE (factors) ON public.hil_responses TO human_in_the_loop_service;

ALTER TABLE public.hil_message_templates
  DROP CONSTRAINT valid_message_type,
  ADD CONSTRAINT valid_message_type CHECK (
    message_type IN ('request', 'warning', 'approved', 'rejected', 'completed', 'timeout', 'escalated', 'cancelled', 'clarification'));
