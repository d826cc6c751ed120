/** JSON Schema validation in the words of STYLE 19: where, what was wanted, what came. */
import { Ajv } from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';
import type { SiteProblem } from './problem.js';
import { printable } from './template.js';

/** A problem inside one JSON value; the file's name and the severity are the caller's. */
export type ValueProblem = Pick<SiteProblem, 'pointer' | 'wanted' | 'got'>;

/** Longest excerpt of a wrong value in a message; whole values would bury the place. */
const GOT_LIMIT = 80;

/**
 * One JSON Schema, compiled at its first use: most of a program's schemas meet no value in most runs of it. The
 * `description` of a schema with a pattern or alternatives is what messages want.
 */
export class SchemaCheck {
  readonly #schema: object;
  #validate: ValidateFunction | undefined;

  constructor(schema: object) {
    this.#schema = schema;
  }

  /** All that is wrong; empty is right. Pointers are RFC 6901, relative to the value. */
  problems(value: unknown): readonly ValueProblem[] {
    const validate = (this.#validate ??= compiled(this.#schema));
    if (validate(value)) return [];
    const errors = validate.errors ?? [];
    const alternatives = errors.filter((e) => e.keyword === 'anyOf' || e.keyword === 'oneOf').map((e) => e.schemaPath);
    // A failed `then` names the place itself; the `if` around it only repeats that there was one.
    const telling = errors.filter((e) => e.keyword !== 'if');
    return telling.filter((e) => !alternatives.some((path) => e.schemaPath.startsWith(`${path}/`))).map(toProblem);
  }
}

/**
 * Schemas are the program's own: tests hold them against the meta-schema, whose compilation would cost a start more
 * than all of theirs. Their values are few, so that code which runs faster is not worth the time to optimise it.
 */
function compiled(schema: object): ValidateFunction {
  const ajv = new Ajv({
    ...{ allErrors: true, verbose: true, strict: false },
    validateSchema: false,
    code: { optimize: false },
  });
  return ajv.compile(schema);
}

/** A wrong value as messages show it: JSON on one line, shortened, without control characters. */
export function gotText(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = printable(JSON.stringify(value));
  return text.length > GOT_LIMIT ? `${text.slice(0, GOT_LIMIT - 1)}…` : text;
}

/** Appends one key to an RFC 6901 pointer. */
export function pointerTo(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replace(/~/g, '~0').replace(/\//g, '~1')}`;
}

function toProblem(error: ErrorObject): ValueProblem {
  const schema = (error.parentSchema ?? {}) as { description?: string; properties?: object };
  const params = error.params as Readonly<Record<string, unknown>>;
  const here = { pointer: error.instancePath, got: gotText(error.data) };
  switch (error.keyword) {
    case 'required':
      return { ...here, wanted: `the key "${String(params['missingProperty'])}"`, got: 'no such key' };
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      const known = Object.keys(schema.properties ?? {}).join(', ');
      return {
        pointer: pointerTo(error.instancePath, key),
        wanted: known === '' ? 'no such key' : `one of the keys ${known}`,
        got: gotText(key),
      };
    }
    case 'propertyNames':
      return { ...here, wanted: schema.description ?? 'other keys', got: gotText(params['propertyName']) };
    case 'enum':
      return { ...here, wanted: `one of ${(params['allowedValues'] as unknown[]).map(gotText).join(', ')}` };
    case 'const':
      return { ...here, wanted: schema.description ?? gotText(params['allowedValue']) };
    case 'type':
      return { ...here, wanted: schema.description ?? String(params['type']) };
    default:
      return { ...here, wanted: schema.description ?? error.message ?? error.keyword };
  }
}
