-- Where written replies are looked for: a message in a Slack channel by the channel, a mail by what it replies to.
CREATE INDEX idx_hil_deliveries_place ON public.hil_deliveries (split_part(reference, ':', 1))
  WHERE channel_type = 'slack' AND status = 'sent' AND message_type IN ('request', 'escalated');

-- Mailboxes that replies may come into, for as long as one is waited for: one row per mailbox, not per question.
CREATE TABLE public.hil_mailboxes (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  mailbox_key bytea NOT NULL,                         -- SHA-256 of host, port, user and folder
  on_behalf_of uuid NOT NULL,                         -- whose calls these are in the call log: the last one who asked
  imap jsonb NOT NULL DEFAULT '{}',                   -- how to get in; empty for the operator's own
  in_use_until timestamptz NOT NULL,
  next_poll_at timestamptz NOT NULL DEFAULT now(),    -- a claim moves it ahead as a lease
  uid_validity bigint,
  last_uid bigint,
  failures integer NOT NULL DEFAULT 0,
  error_message text,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT hil_mailboxes_mailbox_key_key UNIQUE (mailbox_key)
);
CREATE INDEX idx_hil_mailboxes_next_poll_at ON public.hil_mailboxes (next_poll_at);
ALTER TABLE public.hil_mailboxes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Human-in-the-loop keeps mailboxes" ON public.hil_mailboxes TO human_in_the_loop_service USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (on_behalf_of, imap, in_use_until, next_poll_at, uid_validity, last_uid, failures, error_message), DELETE ON public.hil_mailboxes
  TO human_in_the_loop_service;
