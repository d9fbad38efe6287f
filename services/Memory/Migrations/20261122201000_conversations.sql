-- Conversations: the messages of a session in order, and the summaries that stand for its older part.
-- A session is named by the client (a chat, a thread, "workflow:node"), so it is the user's name for it: every key starts with user_id.
CREATE TABLE public.conversation_buffers (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  session_id varchar(255) NOT NULL,
  user_id uuid NOT NULL,
  message_index integer NOT NULL,
  role varchar(50) NOT NULL CHECK (role IN ('user', 'assistant', 'system')),
  content text NOT NULL,
  metadata jsonb DEFAULT '{}',
  tokens_count integer,
  -- NOT NULL: a message without a time would escape retention for ever.
  timestamp timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  -- The key is the index "a session's messages in order" as well.
  CONSTRAINT idx_conversation_buffers_session_id UNIQUE (user_id, session_id, message_index)
);
CREATE INDEX idx_conversation_buffers_timestamp ON public.conversation_buffers (timestamp);
CREATE INDEX idx_conversation_buffers_user_id ON public.conversation_buffers (user_id, timestamp DESC, id DESC);

CREATE TABLE public.conversation_summaries (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  session_id varchar(255) NOT NULL,
  user_id uuid NOT NULL,
  summary text NOT NULL,
  key_points jsonb DEFAULT '[]',
  entities jsonb DEFAULT '[]',
  topics jsonb DEFAULT '[]',
  summary_type varchar(50) DEFAULT 'progressive',
  message_count integer NOT NULL DEFAULT 0,
  token_count integer DEFAULT 0,
  model_used varchar(100),
  confidence_score double precision DEFAULT 0.0,
  previous_summary_id uuid,
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  updated_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT valid_summary_type CHECK (summary_type IN ('progressive', 'hierarchical', 'key_points')),
  CONSTRAINT conversation_summaries_session_id_created_at_key UNIQUE (user_id, session_id, created_at),
  CONSTRAINT conversation_summaries_id_user_id_key UNIQUE (id, user_id),
  CONSTRAINT conversation_summaries_previous_summary_id_fkey FOREIGN KEY (previous_summary_id, user_id)
    REFERENCES public.conversation_summaries (id, user_id) ON DELETE SET NULL (previous_summary_id)
);
CREATE INDEX idx_conversation_summaries_previous ON public.conversation_summaries (previous_summary_id, user_id)
  WHERE previous_summary_id IS NOT NULL;
CREATE TRIGGER conversation_summaries_touch_updated_at BEFORE UPDATE ON public.conversation_summaries
  FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();

-- Appends a message behind the session's last one and returns its index. Writers of one session queue at the lock, so that each reads
-- the index the one before has committed; other sessions pass. The lock is the transaction's: keep that short.
CREATE FUNCTION public.append_conversation_message(session text, message_role text, message_content text,
    message_metadata jsonb DEFAULT '{}', tokens integer DEFAULT NULL) RETURNS integer
  LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
  owner CONSTANT uuid := auth.uid();
  appended integer;
BEGIN
  IF owner IS NULL THEN
    RAISE EXCEPTION 'a message belongs to a user, and nobody is asking' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('conversation_buffers ' || owner || ' ' || session, 0));
  INSERT INTO public.conversation_buffers (session_id, user_id, message_index, role, content, metadata, tokens_count)
    SELECT session, owner, coalesce(max(message_index) + 1, 0), message_role, message_content, message_metadata, tokens
    FROM public.conversation_buffers WHERE user_id = owner AND session_id = session
    RETURNING message_index INTO appended;
  RETURN appended;
END
$$;
GRANT EXECUTE ON FUNCTION public.append_conversation_message(text, text, text, jsonb, integer) TO authenticated;

-- Deletes up to 10,000 of the messages that are older than that and returns how many: call it until it returns fewer. Small transactions
-- hold no lock for long and leave room for vacuum.
CREATE FUNCTION public.cleanup_old_conversation_buffers(retention_days integer) RETURNS integer
  LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
  deleted integer;
BEGIN
  IF retention_days IS NULL OR retention_days < 1 THEN
    RAISE EXCEPTION 'retention_days must be at least 1, not %', retention_days USING ERRCODE = 'invalid_parameter_value';
  END IF;
  DELETE FROM public.conversation_buffers WHERE id = ANY (ARRAY(
    SELECT id FROM public.conversation_buffers
    WHERE timestamp < now() - make_interval(days => retention_days) ORDER BY timestamp LIMIT 10000));
  GET DIAGNOSTICS deleted = ROW_COUNT;
  RETURN deleted;
END
$$;
GRANT EXECUTE ON FUNCTION public.cleanup_old_conversation_buffers(integer) TO memory_service;

ALTER TABLE public.conversation_buffers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.conversation_summaries ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Users can manage own conversations" ON public.conversation_buffers TO authenticated
  USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));
CREATE POLICY "Users can manage own conversation summaries" ON public.conversation_summaries TO authenticated
  USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));
GRANT SELECT, INSERT, UPDATE, DELETE ON public.conversation_buffers, public.conversation_summaries TO authenticated;

-- The service works as its user. As itself it forgets: it finds messages by their age, reads none, and cannot touch yesterday's.
CREATE POLICY "Memory finds old messages" ON public.conversation_buffers FOR SELECT TO memory_service
  USING (timestamp < now() - interval '1 day');
CREATE POLICY "Memory forgets old messages" ON public.conversation_buffers FOR DELETE TO memory_service
  USING (timestamp < now() - interval '1 day');
GRANT SELECT (id, timestamp), DELETE ON public.conversation_buffers TO memory_service;

-- As the administrator: on Supabase he may reference auth.users and the owner may not.
RESET ROLE;
ALTER TABLE public.conversation_buffers
  ADD CONSTRAINT conversation_buffers_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE;
ALTER TABLE public.conversation_summaries
  ADD CONSTRAINT conversation_summaries_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE;
