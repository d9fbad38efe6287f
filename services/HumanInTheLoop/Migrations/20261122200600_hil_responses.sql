-- What came in through a channel, as it came, and what was made of it.
CREATE TABLE public.hil_responses (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workflow_id uuid NOT NULL,
  user_id uuid NOT NULL,
  source_channel varchar(50) NOT NULL,
  external_id varchar(255),                           -- what the channel calls it (Slack's event_id, a Message-ID): it may deliver twice
  raw_payload jsonb NOT NULL,
  headers jsonb,
  status varchar(20) NOT NULL DEFAULT 'unprocessed',
  processed_at timestamptz,
  matched_interaction_id uuid,
  ai_relevance_score decimal(3, 2),
  ai_reasoning text,
  received_at timestamptz DEFAULT now(),
  created_at timestamptz DEFAULT now(),
  CONSTRAINT valid_source_channel CHECK (source_channel IN ('slack', 'email', 'webhook', 'in_app')),
  CONSTRAINT valid_processing_status CHECK (status IN ('unprocessed', 'matched', 'filtered_out', 'error')),
  CONSTRAINT valid_relevance_score CHECK (ai_relevance_score BETWEEN 0 AND 1),
  CONSTRAINT matched_has_its_interaction CHECK (status <> 'matched' OR matched_interaction_id IS NOT NULL),
  CONSTRAINT hil_responses_external_id_key UNIQUE (workflow_id, source_channel, external_id),
  CONSTRAINT hil_responses_workflow_id_fkey FOREIGN KEY (workflow_id, user_id)
    REFERENCES public.workflows (id, user_id) ON DELETE CASCADE,
  -- An answer matches a question of its own workflow, and goes with it.
  CONSTRAINT hil_responses_matched_interaction_id_fkey FOREIGN KEY (matched_interaction_id, workflow_id)
    REFERENCES public.human_interactions (id, workflow_id) ON DELETE CASCADE
);
CREATE INDEX idx_hil_responses_workflow ON public.hil_responses (workflow_id, received_at DESC, id DESC);
CREATE INDEX idx_hil_responses_status ON public.hil_responses (user_id, status, received_at DESC, id DESC);
CREATE INDEX idx_hil_responses_unprocessed ON public.hil_responses (received_at) WHERE status = 'unprocessed';
CREATE INDEX idx_hil_responses_matched ON public.hil_responses (matched_interaction_id, received_at)
  WHERE matched_interaction_id IS NOT NULL;

ALTER TABLE public.hil_responses ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Users can read own responses" ON public.hil_responses FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Human-in-the-loop keeps every response" ON public.hil_responses TO human_in_the_loop_service USING (true) WITH CHECK (true);
GRANT SELECT ON public.hil_responses TO authenticated;
-- What came in stays as it came.
GRANT SELECT, INSERT, UPDATE (status, processed_at, matched_interaction_id, ai_relevance_score, ai_reasoning) ON public.hil_responses
  TO human_in_the_loop_service;

DO $$
BEGIN
  ALTER TABLE public.hil_responses ALTER raw_payload SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
  RAISE NOTICE 'this server has no lz4; payloads are compressed with pglz';
END
$$;
