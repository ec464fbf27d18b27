// Writes the licenses of what others have made where the package takes them from.
import { writeFileSync } from 'node:fs';
import { notices } from './thirdParty.mjs';

writeFileSync('dist/ThirdPartyNotices.txt', notices());
