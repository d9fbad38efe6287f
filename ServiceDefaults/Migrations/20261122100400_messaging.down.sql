DROP TABLE messaging.inbox;
DROP TABLE messaging.outbox;
