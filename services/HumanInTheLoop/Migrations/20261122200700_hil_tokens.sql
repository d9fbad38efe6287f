-- Links that answer an interaction without signing in. Only the hash is kept. It carries no owner: it is the interaction's, nobody but the
-- service sees it, and a user's rows are not searched here.
CREATE TABLE public.hil_tokens (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  interaction_id uuid NOT NULL REFERENCES public.human_interactions (id) ON DELETE CASCADE,
  token_hash bytea NOT NULL,
  recipient varchar(255),                             -- whom it was sent to: the responder, when it is used
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT hil_tokens_token_hash_key UNIQUE (token_hash),
  CONSTRAINT hil_tokens_hash_is_sha256 CHECK (octet_length(token_hash) = 32),
  CONSTRAINT used_before_expiry CHECK (used_at < expires_at)
);
CREATE INDEX idx_hil_tokens_interaction_id ON public.hil_tokens (interaction_id);

ALTER TABLE public.hil_tokens ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Human-in-the-loop reads every token" ON public.hil_tokens FOR SELECT TO human_in_the_loop_service USING (true);
CREATE POLICY "Human-in-the-loop issues tokens" ON public.hil_tokens FOR INSERT TO human_in_the_loop_service WITH CHECK (used_at IS NULL);
-- Once: a used one is out of reach, so it can neither be used again nor be made unused.
CREATE POLICY "Human-in-the-loop uses a token once" ON public.hil_tokens FOR UPDATE TO human_in_the_loop_service
  USING (used_at IS NULL) WITH CHECK (used_at IS NOT NULL);
GRANT SELECT, INSERT, UPDATE (used_at) ON public.hil_tokens TO human_in_the_loop_service;
