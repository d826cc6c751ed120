/** JSON Schemas whose parts carry an `$id` and stand wherever they are used: each such part once, the rest by reference. */

/** Plain JSON; parts with an `$id` are moved to `definitions`. */
export function withDefinitions(schema: object): Record<string, unknown> {
  const definitions: Record<string, unknown> = {};
  const plain = hoisted(JSON.parse(JSON.stringify(schema)), definitions) as Record<string, unknown>;
  return Object.keys(definitions).length > 0 ? { ...plain, definitions } : plain;
}

function hoisted(value: unknown, definitions: Record<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((item) => hoisted(item, definitions));
  if (typeof value !== 'object' || value === null) return value;
  const { $id, ...rest } = value as Record<string, unknown>;
  const plain = Object.fromEntries(
    Object.entries(rest).map(([key, inner]) => [
      key,
      key === '$ref' ? `#/definitions/${String(inner)}` : hoisted(inner, definitions),
    ]),
  );
  if (typeof $id !== 'string') return plain;
  definitions[$id] = plain;
  return { $ref: `#/definitions/${$id}` };
}
