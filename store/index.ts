/** The store's public face. */
export { openStores } from './open-stores.js';
export type { Stores, StoresOptions } from './open-stores.js';
