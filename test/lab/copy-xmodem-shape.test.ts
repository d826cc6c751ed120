/** The dialogue of `copy xmodem:` beside a real one, read in place. */
import { expect } from 'chai';
import { transcript } from '../support/transcripts.js';
import { LabFixture } from './lab-fixture.js';

/** What may differ: names, answers typed, figures, and how many dots stand before the first request. */
function shape(text: string): string[] {
  return text
    .replace(/\r/g, '')
    .split('\n')
    .map((line) =>
      line
        .replace(/flash0?:\S+|staging-startup-config|new\.bin/g, 'FILE')
        .replace(/(\[confirm\]|\?|:) ?(?:[yn]|FILE)?$/, '$1')
        .replace(/\.{3,}.*$/, '...')
        .trimEnd(),
    )
    .filter((line) => line !== '');
}

describe('copy xmodem: as a router says it', function () {
  this.timeout(20_000);
  let lab: LabFixture;

  afterEach(() => lab.stop());

  it('has the questions of the transcript, in its order and words', async function () {
    lab = await new LabFixture().start();
    const real = transcript(this, 'cisco_ios/copy_xmodem_ios_router.txt');
    const console = await lab.enter();
    await console.say('copy xmodem: flash:new.bin', '[confirm]');
    const begun = console.text.lastIndexOf('Router#');
    console.type('y');
    await console.expect(']? ');
    await console.say('new.bin', ']? ');
    await console.say('new.bin', '[confirm]');
    console.type('y');
    await console.expect(': ');
    await console.say('', '[confirm]');
    console.type('n');
    await console.expect('[confirm]');
    console.type('y');
    await console.expect('...C');
    const ours = shape(console.text.slice(begun));
    const theirs = shape(real.slice(real.indexOf('Router#copy xmodem'), real.indexOf('5248 bytes copied')));
    expect(ours).to.deep.equal(theirs);
  });
});
