-- A policy for PUBLIC is one for every role that is ever made. These are for the services.
ALTER POLICY "Services send own events" ON messaging.outbox TO gateway_service, workflow_engine_service, scheduler_service,
  human_in_the_loop_service, memory_service, integrations_service;
ALTER POLICY "Services remember own messages" ON messaging.inbox TO gateway_service, workflow_engine_service, scheduler_service,
  human_in_the_loop_service, memory_service, integrations_service;
