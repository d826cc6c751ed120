import { expect } from 'chai';
import fc from 'fast-check';
import { makeEvent } from '../../../core/event.js';
import {
  decodeToken,
  encodeToken,
  eventSubject,
  jobSubject,
  nodeEventSubjects,
} from '../../../connectors/bus/subject-encoding.js';
import { anEvent } from './memory-events.js';

describe('connectors/bus/subject-encoding', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['aus-1:1/1', 'aus-1=3A1/1'],
    ['a.b *>', 'a=2Eb=20=2A=3E'],
    ['', '='],
    ['=', '=3D'],
    ['Zürich', 'Z=C3=BCrich'],
    ['\u{1f50c}', '=F0=9F=94=8C'],
    ['\r\n\u0000', '=0D=0A=00'],
  ];
  for (const [text, token] of rows) {
    it(`${JSON.stringify(text)} is ${token}`, () => {
      expect(encodeToken(text)).to.equal(token);
      expect(decodeToken(token)).to.equal(text);
    });
  }

  it('every text is one token that comes back, fit for a KV key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const token = encodeToken(text);
        expect(token).to.match(/^[-/_=A-Za-z0-9]+$/);
        expect(decodeToken(token)).to.equal(text);
      }),
      { verbose: true },
    );
  });

  it('refuses what is no encoding of ours', () => {
    for (const token of ['', 'a.b', '=3', '=3a', '=41', '=C3', '==', 'a b', '=EF=BB']) {
      expect(decodeToken(token), token).to.equal(undefined);
    }
  });

  it('makes the subjects of events, nodes and jobs', () => {
    expect(eventSubject('aus-1', anEvent('e'))).to.equal('pw.events.aus-1.aus-1=3A1/1.console.line');
    const ofNode = makeEvent({ id: 'e', node: 'a.b', type: 'node. up', timeMs: 0, authenticated: true, data: {} });
    expect(eventSubject('a.b', ofNode)).to.equal('pw.events.a=2Eb.=.node.=20up');
    expect(eventSubject('a', { ...ofNode, type: 'x..y' })).to.equal('pw.events.a.=.x.=.y');
    expect(nodeEventSubjects('a.b')).to.equal('pw.events.a=2Eb.>');
    expect(jobSubject('4f.1')).to.equal('pw.jobs.4f=2E1');
  });
});
