/** `rules import-uplogix`: rules on standard output, remarks beside them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { JsonObject } from '../../core/json.js';
import { KERNEL_PANIC, SWITCHING } from '../rules/uplogix/fixture.js';
import { withSite } from '../server/site/site-folder.js';
import { command } from './command.js';

describe('rules import-uplogix', () => {
  it('prints a rule file that the check passes, and names lines beside it', async () => {
    await withSite({ 'panic.txt': KERNEL_PANIC }, async (folder) => {
      const { code, io } = await command(folder, 'rules', 'import-uplogix', 'panic.txt');
      expect(code).to.equal(0);
      expect((JSON.parse(io.stdout) as readonly JsonObject[]).map(({ name }) => name)).to.deep.equal(['panicSeen']);
      expect(io.stderr).to.contain('line 3: needs ports: panicSeen').and.contain('1 rules, which only observe.');
      writeFileSync(join(folder, 'rules.json'), io.stdout);
      const checked = await command(folder, 'rules', 'check', 'rules.json');
      expect([checked.code, checked.io.stderr]).to.deep.equal([0, '']);
    });
  });

  it('prints the monitors where they are asked for', async () => {
    await withSite({ 'ping.txt': SWITCHING }, async (folder) => {
      const { code, io } = await command(folder, 'rules', 'import-uplogix', 'ping.txt', '--monitors');
      expect(code).to.equal(0);
      expect((JSON.parse(io.stdout) as readonly JsonObject[]).map(({ ports }) => ports)).to.deep.equal([
        { name: '1/1' },
      ]);
    });
  });

  it('ends with 2 where there is no rule, and says why', async () => {
    await withSite({ 'prose.txt': 'nothing of the kind' }, async (folder) => {
      const { code, io } = await command(folder, 'rules', 'import-uplogix', 'prose.txt');
      expect([code, io.stdout]).to.deep.equal([2, '']);
      expect(io.stderr).to.contain('line 1: skipped no-rule-text');
    });
  });
});
