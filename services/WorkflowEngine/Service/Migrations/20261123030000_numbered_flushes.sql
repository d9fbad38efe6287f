-- The last flush of each engine that was committed. Whether a flush whose answer was lost is on disk cannot be told from its rows: others, or
-- the same engine, may have gone on from them meanwhile.
CREATE TABLE public.engine_flushes (
  engine_id uuid PRIMARY KEY REFERENCES public.engine_instances (id) ON DELETE CASCADE,
  number bigint NOT NULL,
  CONSTRAINT flushes_are_counted CHECK (number > 0)
) WITH (fillfactor = 50);

ALTER TABLE public.engine_flushes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Engines count their flushes" ON public.engine_flushes TO workflow_engine_service USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON public.engine_flushes TO workflow_engine_service;

-- Holds the row of the number until the commit, so that a first try that is still under way, or arrives after its repetition, is either
-- waited for or refused.
CREATE FUNCTION public.begin_flush(engine uuid, flush bigint) RETURNS void
  LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  PERFORM public.assert_engine_alive(engine);
  INSERT INTO public.engine_flushes AS f (engine_id, number) VALUES (engine, flush)
  ON CONFLICT (engine_id) DO UPDATE SET number = excluded.number WHERE f.number < excluded.number;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'flush % of engine % is written', flush, engine USING ERRCODE = 'AT002';
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION public.begin_flush(uuid, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.begin_flush(uuid, bigint) TO workflow_engine_service;
