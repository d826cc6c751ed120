/** What a vendor file name tells. Templates use `{1}` … for groups; empty groups vanish. */
export interface ImageNameRow {
  readonly pattern: string;
  readonly platform?: string;
  readonly version?: string;
}
