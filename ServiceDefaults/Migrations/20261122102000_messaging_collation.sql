-- current_user is a name, and names compare by collation "C". A service column of another collation cannot be found by its index, and
-- every look at the outbox would read the whole table. Policies name the column, so they are made anew.
DROP POLICY "Services send own events" ON messaging.outbox;
DROP POLICY "Services remember own messages" ON messaging.inbox;
ALTER TABLE messaging.outbox ALTER service TYPE text COLLATE "C";
ALTER TABLE messaging.inbox ALTER service TYPE text COLLATE "C";
CREATE POLICY "Services send own events" ON messaging.outbox
  USING (service = current_user::text) WITH CHECK (service = current_user::text);
CREATE POLICY "Services remember own messages" ON messaging.inbox
  USING (service = current_user::text) WITH CHECK (service = current_user::text);
