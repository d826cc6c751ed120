import { readdir, readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import { newSite } from '../../../server/site/new-site.js';
import { publishedSchemas } from '../../../server/site/published-schemas.js';
import { withSite } from './site-folder.js';

const FOLDER = new URL('../../../schemas/', import.meta.url);
const readJson = async (place: URL | string): Promise<unknown> => JSON.parse(await readFile(place, 'utf8')) as unknown;

describe('published schemas', () => {
  it('are the files in schemas/ (npx tsx server/site/write-schemas.ts writes them)', async () => {
    const published = publishedSchemas();
    expect((await readdir(FOLDER)).sort()).to.deep.equal([...published.keys()].sort());
    for (const [name, schema] of published) {
      expect(await readJson(new URL(name, FOLDER)), name).to.deep.equal(schema);
    }
  });

  it("take the first site's own files and refuse nonsense", async () => {
    const schemas = publishedSchemas();
    const validator = (name: string) => new Ajv({ strict: false }).compile(schemas.get(`${name}.schema.json`) ?? {});
    await withSite({}, async (folder) => {
      await newSite(`${folder}/site`);
      const files = [
        ['portwright', 'portwright.json'],
        ['ports', 'ports.json'],
        ['rules', 'rules/crash-message.json'],
      ] as const;
      for (const [name, file] of files) {
        const validate = validator(name);
        expect(validate(await readJson(`${folder}/site/${file}`)), JSON.stringify(validate.errors)).to.equal(true);
        expect(validate({ nonsense: true }), name).to.equal(false);
      }
      for (const name of ['conditions', 'schedules']) expect(validator(name)({ nonsense: true }), name).to.equal(false);
    });
  });
});
