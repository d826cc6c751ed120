/** Format 1 of jobs.db: jobs and their journal, events owed, variables, OS files and their promotions. */
export const sql = `
CREATE TABLE jobs (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  port_id TEXT NOT NULL,
  state TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  ended_at_ms INTEGER,
  record TEXT NOT NULL
);
CREATE INDEX jobs_by_port ON jobs (port_id, n);
CREATE INDEX jobs_unfinished ON jobs (n) WHERE state <> 'ended';
CREATE INDEX jobs_by_end ON jobs (ended_at_ms) WHERE state = 'ended';

CREATE TABLE steps (
  job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  record TEXT NOT NULL,
  PRIMARY KEY (job_id, seq)
) WITHOUT ROWID;

CREATE TABLE outbox (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  event TEXT NOT NULL
);

CREATE TABLE variables (
  scope TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (scope, key)
) WITHOUT ROWID;

CREATE TABLE images (
  port_id TEXT NOT NULL,
  version TEXT NOT NULL,
  file_name TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  md5 TEXT NOT NULL,
  crc32 TEXT NOT NULL,
  stored_at_ms INTEGER NOT NULL,
  PRIMARY KEY (port_id, version)
) WITHOUT ROWID;
CREATE INDEX images_by_content ON images (sha256);

CREATE TABLE promotions (
  job_id TEXT PRIMARY KEY,
  port_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) WITHOUT ROWID;
`;
