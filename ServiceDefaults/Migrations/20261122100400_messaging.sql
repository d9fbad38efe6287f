-- Events on their way out, and events already handled. Every service sees and writes only its own rows.
CREATE TABLE messaging.outbox (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  service text NOT NULL DEFAULT current_user,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  type text NOT NULL,
  payload jsonb NOT NULL,
  traceparent text,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_service_seq_idx ON messaging.outbox (service, seq);

CREATE TABLE messaging.inbox (
  service text NOT NULL DEFAULT current_user,
  consumer text NOT NULL,
  message_id uuid NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT inbox_pkey PRIMARY KEY (service, consumer, message_id)
);
CREATE INDEX inbox_service_received_at_idx ON messaging.inbox (service, received_at);

-- Sent rows are deleted, so the table is small and busy: vacuum by rows, not by a share of a table that has none.
ALTER TABLE messaging.outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

ALTER TABLE messaging.outbox ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE messaging.inbox ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Services send own events" ON messaging.outbox
  USING (service = current_user::text) WITH CHECK (service = current_user::text);
CREATE POLICY "Services remember own messages" ON messaging.inbox
  USING (service = current_user::text) WITH CHECK (service = current_user::text);

-- UPDATE on the outbox is needed by SELECT ... FOR UPDATE SKIP LOCKED; nothing updates a row.
GRANT SELECT, INSERT, UPDATE, DELETE ON messaging.outbox TO gateway_service, workflow_engine_service, scheduler_service,
  human_in_the_loop_service, memory_service, integrations_service;
GRANT SELECT, INSERT, DELETE ON messaging.inbox TO gateway_service, workflow_engine_service, scheduler_service,
  human_in_the_loop_service, memory_service, integrations_service;
