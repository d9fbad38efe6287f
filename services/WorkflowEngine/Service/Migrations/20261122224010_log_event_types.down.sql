-- Lines written with a newer word get the old one that comes nearest. NO FORCE: no policy lets anybody change a line.
ALTER TABLE public.workflow_execution_logs NO FORCE ROW LEVEL SECURITY;
ALTER TABLE public.workflow_execution_logs DROP CONSTRAINT valid_event_type;
UPDATE public.workflow_execution_logs
SET event_type = CASE event_type WHEN 'workflow_failed' THEN 'workflow_completed' WHEN 'step_failed' THEN 'step_error'
  WHEN 'human_interaction' THEN 'workflow_progress' ELSE 'step_output' END
WHERE event_type IN ('workflow_failed', 'step_failed', 'human_interaction', 'data_processing');
ALTER TABLE public.workflow_execution_logs ADD CONSTRAINT valid_event_type CHECK (
  event_type IN ('workflow_started', 'workflow_completed', 'workflow_progress', 'step_started', 'step_input', 'step_output',
    'step_completed', 'step_error', 'separator'));
ALTER TABLE public.workflow_execution_logs FORCE ROW LEVEL SECURITY;
