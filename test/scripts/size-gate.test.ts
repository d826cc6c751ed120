import { expect } from 'chai';
import { GateFixture } from './gate-fixture.js';

const lines = (count: number, line = '// a line'): string =>
  `${Array.from({ length: count }, () => line).join('\n')}\n`;
const functionOf = (count: number, head = 'export function long() {'): string => `${head}\n${lines(count - 2)}}\n`;

describe('scripts/size-gate', () => {
  let fixture: GateFixture;
  afterEach(() => {
    fixture.remove();
  });

  it('names a file over 500 lines and fails', () => {
    fixture = new GateFixture({ 'core/huge.ts': lines(501) });
    const { status, output } = fixture.run('size-gate.mjs');
    expect(output).to.include('too long: core/huge.ts: 501 lines, at most 500');
    expect(status).to.equal(1);
  });

  it('names a file over 300 lines and lets it pass', () => {
    fixture = new GateFixture({ 'core/big.ts': lines(301), 'core/usual.ts': lines(300) });
    const { status, output } = fixture.run('size-gate.mjs');
    expect(output).to.include('long: core/big.ts (301 lines)').and.not.include('usual');
    expect(status).to.equal(0);
  });

  it('names functions, methods and closures over 80 lines, and where they begin', () => {
    fixture = new GateFixture({
      'jobs/one.ts': `\n${functionOf(81)}`,
      'jobs/two.ts': `class Two {\n${functionOf(81, '  method() {')}}\n`,
      'jobs/three.ts': functionOf(81, 'export const three = () => {'),
      'jobs/fits.ts': functionOf(80),
    });
    const { status, output } = fixture.run('size-gate.mjs');
    expect(output).to.include('jobs/one.ts:2: long has 81 lines, at most 80');
    expect(output).to.include('jobs/two.ts:2: method has 81 lines');
    expect(output).to.include('jobs/three.ts:1: a closure has 81 lines');
    expect(output).not.to.include('fits');
    expect(status).to.equal(1);
  });

  it('takes a list of tests for a list', () => {
    fixture = new GateFixture({ 'test/list.test.ts': `describe('x', () => {\n${lines(200)}});\n` });
    expect(fixture.run('size-gate.mjs').status).to.equal(0);
  });
});
