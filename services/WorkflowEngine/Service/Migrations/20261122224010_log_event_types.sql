-- Words for what the nine event types cannot tell apart: a run that failed, a node that failed for good, a question to a person, and what
-- a node did to data.
ALTER TABLE public.workflow_execution_logs
  DROP CONSTRAINT valid_event_type,
  ADD CONSTRAINT valid_event_type CHECK (
    event_type IN ('workflow_started', 'workflow_completed', 'workflow_progress', 'step_started', 'step_input', 'step_output',
      'step_completed', 'step_error', 'separator', 'workflow_failed', 'step_failed', 'human_interaction', 'data_processing'));
