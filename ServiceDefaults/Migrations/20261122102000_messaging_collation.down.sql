DROP POLICY "Services send own events" ON messaging.outbox;
DROP POLICY "Services remember own messages" ON messaging.inbox;
ALTER TABLE messaging.outbox ALTER service TYPE text COLLATE "default";
ALTER TABLE messaging.inbox ALTER service TYPE text COLLATE "default";
CREATE POLICY "Services send own events" ON messaging.outbox
  USING (service = current_user::text) WITH CHECK (service = current_user::text);
CREATE POLICY "Services remember own messages" ON messaging.inbox
  USING (service = current_user::text) WITH CHECK (service = current_user::text);
