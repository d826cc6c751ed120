/** Rows of devices that say whether an interface is on and has a link, in the columns that their vendors document. */
import { expect } from 'chai';
import { fillPattern } from '../../core/template.js';
import { DRIVERS } from '../../drivers/index.js';

const ROWS: readonly (readonly [driver: string, name: string, output: string, told: string])[] = [
  ['cisco-ios', 'Gi0/1', 'GigabitEthernet0/1 is up, line protocol is up', 'on, link'],
  ['cisco-ios', 'Gi0/1', 'GigabitEthernet0/1 is up, line protocol is up (connected)', 'on, link'],
  ['cisco-ios', 'Gi0/1', 'GigabitEthernet0/1 is down, line protocol is down (notconnect)', 'on'],
  ['cisco-ios', 'Se0/0', 'Serial0/0 is up, line protocol is down (looped)', 'on'],
  ['cisco-iosxe', 'Gi1/0/1', 'GigabitEthernet1/0/1 is administratively down, line protocol is down (disabled)', 'off'],
  [
    'extreme-exos',
    '1',
    '1        VR-Default        E     A    ON    AUTO  1000 AUTO FULL  SYM         UTP',
    'on, link',
  ],
  [
    'extreme-exos',
    '1:24',
    '1:24     uplink    VR-Default E  A    ON    AUTO 10000 AUTO FULL  NONE        NONE',
    'on, link',
  ],
  ['extreme-exos', '2', '2        VR-Default        E     R    ON    AUTO       AUTO                   UTP', 'on'],
  ['extreme-exos', '3', '3        VR-Default        E     NP   ON    AUTO       AUTO                   NONE', 'on'],
  ['extreme-exos', '4', '4        VR-Default        D     R    ON    AUTO       AUTO                   UTP', 'off'],
];

describe('interface states', () => {
  for (const [driver, name, output, told] of ROWS) {
    it(`${driver}: ${told}: ${output.slice(0, 60)}`, () => {
      const state = DRIVERS.find(({ id }) => id === driver)?.interfaces?.state;
      if (state === undefined) throw new Error('no such reading');
      const fits = (pattern: string): boolean =>
        new RegExp(fillPattern(pattern, { interface: name }), 'm').test(`\n${output}\n`);
      const read = [
        fits(state.on) ? 'on' : fits(state.off) ? 'off' : 'neither',
        ...(fits(state.linkUp) ? ['link'] : []),
      ];
      expect(read.join(', ')).to.equal(told);
    });
  }
});
