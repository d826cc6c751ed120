import { expect } from 'chai';
import { reportLines, stepSeconds, table } from '../../../lab/demo/report.js';
import type { DemoJob } from '../../../lab/demo/node-client.js';

const at = (second: number): string => `2026-01-02T03:04:${String(second).padStart(2, '0')}.000Z`;
const STEPS: DemoJob['steps'] = [
  { step: 'stage', phase: 'intended', at: at(1) },
  { step: 'stage', phase: 'done', at: at(4) },
  { step: 'verify', phase: 'intended', at: at(4) },
  { step: 'verify', phase: 'done', at: at(6) },
  { step: 'stage', phase: 'intended', at: at(6) },
  { step: 'stage', phase: 'done', at: at(7) },
];

describe('demonstration report', () => {
  it('sums the time of a step that ran twice', () => {
    expect(stepSeconds(STEPS)).to.deep.equal([
      ['stage', 4],
      ['verify', 2],
    ]);
  });

  it('sets columns as wide as their widest cell', () => {
    expect(
      table([
        ['', 'before'],
        ['OS version', '12.3(9)'],
      ]),
    ).to.deep.equal(['            before', '----------  -------', 'OS version  12.3(9)']);
  });

  it('shows the device before and after, each attempt and each step', () => {
    const job: DemoJob = {
      id: 'j',
      state: 'ended',
      verdict: 'succeeded',
      sentence: '',
      cause: { kind: 'rule', name: 'r' },
      memory: { before: { osVersion: '12.3(9)', interfaceCount: 3 } },
      attempts: [{ number: 1, method: 'xmodem', variant: '1k', outcome: 'succeeded', bytes: 9, seconds: 1.25 }],
      steps: STEPS,
    };
    const lines = reportLines(job, { osVersion: '12.3(1a)', interfaceCount: 3 });
    expect(lines.filter((line) => line !== '').map((line) => line.split(/ {2,}/))).to.deep.include.members([
      ['OS version', '12.3(9)', '12.3(1a)'],
      ['interfaces', '3', '3'],
      ['uptime', '-', '-'],
      ['1', 'xmodem 1k', 'succeeded', '9 bytes', '1.3 s'],
      ['verify', '2.0 s'],
    ]);
  });
});
