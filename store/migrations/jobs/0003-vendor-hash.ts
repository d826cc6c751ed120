/** Format 3 of jobs.db: the vendor's hash that an image was compared with when it was stored, by its algorithm; none: NULL. */
export const sql = `
ALTER TABLE images ADD COLUMN vendor_hash TEXT;
`;
