-- How far the mailbox of an e-mail trigger has been read. A row stands for a trigger that listens: paused or undeployed it goes, and what comes
-- meanwhile is not made up for. next_check_at is the queue; a claim moves it ahead as a lease.
CREATE TABLE public.trigger_mailboxes (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workflow_id uuid NOT NULL,
  user_id uuid NOT NULL,
  node_id varchar(255) NOT NULL,
  mailbox varchar(64) NOT NULL,                          -- hash of server, port, user and folder: another mailbox begins anew
  uid_validity bigint,                                   -- RFC 9051, section 2.3.1.1; null: nobody has looked yet
  last_uid bigint NOT NULL DEFAULT 0,
  renumbered_below bigint NOT NULL DEFAULT 0,            -- after a new uid_validity: below, old messages may stand under new numbers
  listening_since timestamptz NOT NULL DEFAULT now(),
  next_check_at timestamptz NOT NULL DEFAULT now(),
  checked_at timestamptz,
  failures integer NOT NULL DEFAULT 0,                   -- in a row
  error_message text,
  CONSTRAINT mailbox_numbers_not_negative CHECK (uid_validity >= 0 AND last_uid >= 0 AND renumbered_below >= 0 AND failures >= 0),
  CONSTRAINT mailbox_error_with_failures CHECK ((failures = 0) = (error_message IS NULL)),
  CONSTRAINT trigger_mailboxes_workflow_id_node_id_key UNIQUE (workflow_id, node_id),
  CONSTRAINT trigger_mailboxes_workflow_id_fkey FOREIGN KEY (workflow_id, user_id)
    REFERENCES public.workflows (id, user_id) ON DELETE CASCADE
) WITH (fillfactor = 80);
CREATE INDEX idx_trigger_mailboxes_next_check ON public.trigger_mailboxes (next_check_at);
CREATE INDEX idx_trigger_mailboxes_user_id ON public.trigger_mailboxes (user_id, workflow_id);

ALTER TABLE public.trigger_mailboxes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Users can read own mailboxes" ON public.trigger_mailboxes FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
CREATE POLICY "Scheduler keeps every mailbox" ON public.trigger_mailboxes TO scheduler_service USING (true) WITH CHECK (true);
GRANT SELECT ON public.trigger_mailboxes TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.trigger_mailboxes TO scheduler_service;
