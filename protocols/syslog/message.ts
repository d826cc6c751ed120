/** A syslog message as its sender meant it. Where a form has no such field, or leaves it empty, it is absent. */
export type SyslogForm = 'rfc5424' | 'rfc3164' | 'cisco' | 'plain';

export interface SyslogMessage {
  readonly form: SyslogForm;
  /** 0 to 23. Without a PRI part 1 (user-level), as RFC 3164 section 4.3.3 has it. */
  readonly facility: number;
  /** 0 emergency to 7 debug. Without a PRI part 5 (notice). */
  readonly severity: number;
  /** The sender's own time, as written: devices set their clocks as they please. */
  readonly deviceTime?: string;
  readonly host?: string;
  readonly app?: string;
  readonly procId?: string;
  readonly msgId?: string;
  /** RFC 5424 section 6.3: parameters by SD-ID. */
  readonly structuredData?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Cisco `service sequence-numbers`, and its message count. */
  readonly sequence?: number;
  /** `SYS-5-RESTART` of `%SYS-5-RESTART: …`: Cisco's facility, severity and mnemonic. */
  readonly mnemonic?: string;
  /** The text, without what is told above but with the mnemonic. */
  readonly text: string;
}
