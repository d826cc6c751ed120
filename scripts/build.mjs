/** `npm run build`: dist/ from the sources; `-- --force` builds although nothing changed. */
import { bootstrap } from './bootstrap.mjs';

bootstrap({ force: process.argv.includes('--force') });
