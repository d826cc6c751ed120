/** Severities of syslog messages, RFC 5424 section 6.2.1, table 2: the place in the list is the code. */
export const SEVERITIES: readonly string[] = [
  ...['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'informational', 'debug'],
];
