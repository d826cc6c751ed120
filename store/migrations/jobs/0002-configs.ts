/** Format 2 of jobs.db: configurations of ports. The order of `n` is the order of versions. */
export const sql = `
CREATE TABLE configs (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  port_id TEXT NOT NULL,
  type TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  lasting_sha256 TEXT NOT NULL,
  stored_at_ms INTEGER NOT NULL,
  content BLOB NOT NULL
);
CREATE INDEX configs_by_port ON configs (port_id, type, n);
`;
