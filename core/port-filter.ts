/** Which ports a rule or schedule is about: `{ "make": "cisco", "labels.site": "austin" }`, all pairs must hold. */

/** What a filter may ask of a port. */
export interface PortSubject {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  /** Make of the driver, e.g. `cisco`. */
  readonly make: string;
  readonly labels: Readonly<Record<string, string>>;
}

export type PortFilter = Readonly<Record<string, string>>;

/** JSON Schema `pattern` of the keys: `id`, `name`, `driver`, `make`, `labels.<name>`. */
export const PORT_FILTER_KEY_PATTERN = '^(id|name|driver|make|labels\\..+)$';

const LABEL_PREFIX = 'labels.';

/** True where every pair holds; an empty filter takes every port. Values are compared whole and case matters. */
export function matchesPort(filter: PortFilter, port: PortSubject): boolean {
  return Object.entries(filter).every(([key, wanted]) => portField(port, key) === wanted);
}

function portField(port: PortSubject, key: string): string | undefined {
  if (key.startsWith(LABEL_PREFIX)) {
    const label = key.slice(LABEL_PREFIX.length);
    return Object.hasOwn(port.labels, label) ? port.labels[label] : undefined;
  }
  switch (key) {
    case 'id':
      return port.id;
    case 'name':
      return port.name;
    case 'driver':
      return port.driver;
    case 'make':
      return port.make;
    default:
      return undefined;
  }
}
