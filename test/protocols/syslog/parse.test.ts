import { expect } from 'chai';
import fc from 'fast-check';
import type { SyslogMessage } from '../../../protocols/syslog/message.js';
import { parseSyslog } from '../../../protocols/syslog/parse.js';

/** What each form is documented with; sources: RFC 3164 section 5.4, RFC 5424 section 6.5, Cisco "System Message Logging". */
const ROWS: readonly (readonly [what: string, text: string, wanted: Partial<SyslogMessage>])[] = [
  [
    'RFC 3164, example 1',
    "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
    {
      ...{ form: 'rfc3164', facility: 4, severity: 2, deviceTime: 'Oct 11 22:14:15', host: 'mymachine', app: 'su' },
      text: "'su root' failed for lonvick on /dev/pts/8",
    },
  ],
  [
    'RFC 3164, example 2: no PRI, no header',
    'Use the BFG!',
    { form: 'plain', facility: 1, severity: 5, text: 'Use the BFG!' },
  ],
  [
    'RFC 3164, example 3: a zone, a year, a tag with a process',
    "<165>Aug 24 05:34:00 CST 1987 mymachine myproc[10]: %% It's time to make the do-nuts.",
    {
      ...{ form: 'rfc3164', deviceTime: 'Aug 24 05:34:00 CST 1987', host: 'mymachine', app: 'myproc', procId: '10' },
      text: "%% It's time to make the do-nuts.",
    },
  ],
  [
    'RFC 5424, example 1',
    "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \ufeff'su root' failed for lonvick on /dev/pts/8",
    {
      ...{ form: 'rfc5424', facility: 4, severity: 2, deviceTime: '2003-10-11T22:14:15.003Z', app: 'su' },
      ...{ host: 'mymachine.example.com', msgId: 'ID47', text: "'su root' failed for lonvick on /dev/pts/8" },
    },
  ],
  [
    'RFC 5424, example 4: structured data alone',
    '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="App\\"l\\]" eventID="1011"][examplePriority@32473 class="high"]',
    {
      text: '',
      structuredData: {
        'exampleSDID@32473': { iut: '3', eventSource: 'App"l]', eventID: '1011' },
        'examplePriority@32473': { class: 'high' },
      },
    },
  ],
  [
    'RFC 5424, a zone and nothing but nil',
    '<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 - - - - hello',
    { form: 'rfc5424', host: '192.0.2.1', deviceTime: '2003-08-24T05:14:15.000003-07:00', text: 'hello' },
  ],
  [
    'IOS with sequence numbers and milliseconds, clock not set',
    '<189>000123: *Mar  1 18:46:11.123 UTC: %SYS-5-CONFIG_I: Configured from console by vty2 (10.34.195.36)',
    {
      ...{ form: 'cisco', facility: 23, severity: 5, sequence: 123, deviceTime: 'Mar  1 18:46:11.123 UTC' },
      ...{ mnemonic: 'SYS-5-CONFIG_I', text: '%SYS-5-CONFIG_I: Configured from console by vty2 (10.34.195.36)' },
    },
  ],
  [
    'IOS with its message count, an origin and a sequence number',
    '<187>59: router1: 000060: Oct 12 2026 01:02:03.1: %LINK-3-UPDOWN: Interface Gi0/1, changed state to down',
    { host: 'router1', sequence: 60, deviceTime: 'Oct 12 2026 01:02:03.1', mnemonic: 'LINK-3-UPDOWN' },
  ],
  [
    'IOS with the time since its start',
    '<189>12: 1w2d: %SYS-5-RESTART: System restarted --',
    { sequence: 12, deviceTime: '1w2d', mnemonic: 'SYS-5-RESTART', text: '%SYS-5-RESTART: System restarted --' },
  ],
  [
    'IOS seconds after its start, time not synchronised',
    '<189>12: .00:00:46: %SYS-5-RESTART: System restarted --',
    { sequence: 12, deviceTime: '00:00:46', mnemonic: 'SYS-5-RESTART' },
  ],
  ['IOS without any time', '<189>%SYS-5-RESTART: x', { form: 'cisco', mnemonic: 'SYS-5-RESTART' }],
  [
    'IOS with an address of IPv6 as its origin',
    '<189>7: 2001:db8::1: Oct 12 01:02:03: %SYS-5-RESTART: x',
    { host: '2001:db8::1', mnemonic: 'SYS-5-RESTART' },
  ],
  [
    'NX-OS',
    '<189>: 2026 Jul  6 01:34:42.123 UTC: %ETHPORT-5-IF_UP: Interface Ethernet1/1 is up',
    { form: 'cisco', deviceTime: '2026 Jul  6 01:34:42.123 UTC', mnemonic: 'ETHPORT-5-IF_UP' },
  ],
  [
    'ASA with a device id',
    '<166>Jul 06 2026 01:34:42 fw1 : %ASA-6-302013: Built inbound TCP connection',
    { host: 'fw1', mnemonic: 'ASA-6-302013', text: '%ASA-6-302013: Built inbound TCP connection' },
  ],
  [
    'a facility with hyphens in it',
    '<190>Sep 30 2026 12:00:00: %SEC_LOGIN-SP-4-LOGIN_FAILED: Login failed',
    { mnemonic: 'SEC_LOGIN-SP-4-LOGIN_FAILED' },
  ],
  [
    'EXOS',
    '<134>Jan  5 12:00:00 10.0.0.2 VLAN: Port 1 link down',
    { form: 'rfc3164', host: '10.0.0.2', app: 'VLAN', text: 'Port 1 link down' },
  ],
  ['a line end and a NUL at the end', '<134>Jan  5 12:00:00 sw x: y\r\n\0', { host: 'sw', app: 'x', text: 'y' }],
  ['a PRI that is too large', '<192>x', { form: 'plain', facility: 1, severity: 5, text: '<192>x' }],
  ['nothing', '', { form: 'plain', text: '' }],
  ['a version that nobody has', '<34>2 2003-10-11T22:14:15Z a b - - - x', { form: 'plain', facility: 4 }],
];

describe('protocols/syslog/parse', () => {
  for (const [what, text, wanted] of ROWS) {
    it(`reads ${what}`, () => {
      const message = parseSyslog(text);
      const compared = Object.fromEntries(Object.keys(wanted).map((key) => [key, message[key as keyof SyslogMessage]]));
      expect(compared).to.deep.equal(wanted);
    });
  }

  it('reads anything as something, and in time', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('<34>', '1 ', '- ', '2003-10-11T22:14:15Z ', '[a b="c"]', '%SYS-5-X: ', '00:00:46: ', 'Oct 11 '),
      fc.constantFrom('['.repeat(500), ' '.repeat(500), ': '.repeat(500), 'a'.repeat(3000), '"\\'.repeat(500)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const message = parseSyslog(pieces.join(''));
        expect(message.facility).to.be.within(0, 23);
        expect(message.severity).to.be.within(0, 7);
      }),
      { numRuns: 2000 },
    );
  });
});
