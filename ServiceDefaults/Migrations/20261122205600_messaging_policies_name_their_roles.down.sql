ALTER POLICY "Services send own events" ON messaging.outbox TO PUBLIC;
ALTER POLICY "Services remember own messages" ON messaging.inbox TO PUBLIC;
