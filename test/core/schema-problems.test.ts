import { expect } from 'chai';
import { gotText, pointerTo, SchemaCheck } from '../../core/schema-problems.js';

const CHECK = new SchemaCheck({
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', pattern: '^[a-z]+$', description: 'a small name' },
    'a/b~c': { type: 'integer' },
    kind: { enum: ['x', 'y'] },
    either: {
      description: 'a number or a list',
      anyOf: [{ type: 'number' }, { type: 'array', items: { type: 'string' } }],
    },
  },
});

describe('core/schema-problems', () => {
  it('says where, what was wanted and what came', () => {
    const problems = CHECK.problems({ name: 'A', 'a/b~c': 'x', kind: 'z', either: ['a', 1], more: 1 });
    expect(problems.map((p) => `${p.pointer}: ${p.wanted} | ${p.got}`)).to.have.members([
      '/more: one of the keys name, a/b~c, kind, either | "more"',
      '/name: a small name | "A"',
      '/a~1b~0c: integer | "x"',
      '/kind: one of "x", "y" | "z"',
      '/either: a number or a list | ["a",1]',
    ]);
    expect(CHECK.problems({})).to.deep.equal([{ pointer: '', wanted: 'the key "name"', got: 'no such key' }]);
    expect(CHECK.problems({ name: 'a', either: ['x'] })).to.deep.equal([]);
  });

  it('shows wrong values short and harmless', () => {
    expect(gotText('x'.repeat(500))).to.have.length(80);
    expect(gotText('\u202e')).to.equal('"\\u202e"');
    expect(gotText(undefined)).to.equal('nothing');
    expect(pointerTo('/a', 'b/c~d')).to.equal('/a/b~1c~0d');
  });
});
