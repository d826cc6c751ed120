import { expect } from 'chai';
import { Configuration } from '../../lab/configuration.js';

const LINES = [
  'hostname Router',
  'boot-start-marker',
  'boot system flash:old.bin',
  'boot-end-marker',
  'interface Ethernet0/0',
  ' shutdown',
  'end',
];

describe('lab configuration', () => {
  it('keeps boot lines in order between their markers', () => {
    const configuration = new Configuration(LINES);
    configuration.set('no boot system');
    configuration.set('boot system flash:new.bin');
    configuration.set('boot system flash:old.bin');
    expect(configuration.bootTargets).to.deep.equal(['flash:new.bin', 'flash:old.bin']);
    expect(configuration.lines().slice(1, 5)).to.deep.equal([
      'boot-start-marker',
      'boot system flash:new.bin',
      'boot system flash:old.bin',
      'boot-end-marker',
    ]);
  });

  it('appends a second boot line: the first one still wins', () => {
    const configuration = new Configuration(LINES);
    configuration.set('boot system flash:new.bin');
    expect(configuration.bootTargets).to.deep.equal(['flash:old.bin', 'flash:new.bin']);
    configuration.set('no boot system flash:old.bin');
    expect(configuration.bootTargets).to.deep.equal(['flash:new.bin']);
  });

  it('says whether something changed', () => {
    const configuration = new Configuration(LINES);
    expect(configuration.set('boot system flash:old.bin')).to.equal(false);
    expect(configuration.set('hostname Edge')).to.equal(true);
    expect([configuration.hostname, configuration.set('hostname Edge')]).to.deep.equal(['Edge', false]);
  });

  it('keeps a default that was put off, and takes it back', () => {
    const configuration = new Configuration(LINES);
    configuration.set('no logging console');
    expect(configuration.logsToConsole).to.equal(false);
    configuration.set('logging console');
    expect(configuration.logsToConsole).to.equal(true);
  });

  it('puts lines under their section, with the opposite gone', () => {
    const configuration = new Configuration(LINES);
    configuration.set('no shutdown', 'interface Ethernet0/0');
    configuration.set('exec-timeout 0 0', 'line con 0');
    expect(configuration.lines().slice(4)).to.deep.equal([
      'interface Ethernet0/0',
      ' no shutdown',
      'line con 0',
      ' exec-timeout 0 0',
      'end',
    ]);
    expect(configuration.copy().lines()).to.deep.equal(configuration.lines());
  });
});
