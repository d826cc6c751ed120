/** Format 1 of an event segment. `meta.first_seq` keeps seq rising while the segment is empty; one row. */
export const sql = `
CREATE TABLE meta (
  first_seq INTEGER NOT NULL,
  opened_at_ms INTEGER NOT NULL
);

CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  port_id TEXT,
  at_ms INTEGER NOT NULL,
  event TEXT NOT NULL
);
CREATE INDEX events_by_port ON events (port_id, seq) WHERE port_id IS NOT NULL;
CREATE INDEX events_by_type ON events (type, seq);

CREATE TABLE decisions (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  rule TEXT NOT NULL,
  event_id TEXT NOT NULL,
  decision TEXT NOT NULL
);
CREATE INDEX decisions_by_rule ON decisions (rule, n);
CREATE INDEX decisions_by_event ON decisions (event_id, n);
`;
