DELETE FROM public.hil_message_templates WHERE message_type = 'clarification';
ALTER TABLE public.hil_message_templates
  DROP CONSTRAINT valid_message_type,
  ADD CONSTRAINT valid_message_type CHECK (
    message_type IN ('request', 'warning', 'approved', 'rejected', 'completed', 'timeout', 'escalated', 'cancelled'));
REVOKE UPDATE (factors) ON public.hil_responses FROM human_in_the_loop_service;
ALTER TABLE public.hil_responses DROP COLUMN sender, DROP COLUMN factors;
DROP TABLE public.hil_resumptions;
DROP TABLE public.hil_votes;
DROP TABLE public.hil_deliveries;
DROP TABLE public.hil_channel_secrets;
DROP TABLE public.hil_assignees;
REVOKE UPDATE (timeout_action) ON public.human_interactions FROM human_in_the_loop_service;
REVOKE UPDATE (status) ON public.human_interactions FROM workflow_engine_service;
ALTER POLICY "Human-in-the-loop works on what is pending" ON public.human_interactions USING (status = 'pending');
DROP INDEX public.idx_human_interactions_withdrawn;
DROP POLICY "Engine withdraws what is pending" ON public.human_interactions;
UPDATE public.human_interactions SET timeout_action = 'fail' WHERE timeout_action = 'escalate';
ALTER TABLE public.human_interactions
  DROP COLUMN remind_at,
  DROP COLUMN dispatched_at,
  DROP COLUMN answered_by,
  DROP COLUMN outcome,
  DROP CONSTRAINT valid_timeout_action,
  ADD CONSTRAINT valid_timeout_action CHECK (timeout_action IN ('fail', 'continue', 'default_response'));
