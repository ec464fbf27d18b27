import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/**
 * What tells this machine's files from those of others: kept in a folder that all windows on it share, for a container may
 * have the name of its host, and a laptop gets another name with each network. Where nothing can be kept, its name.
 */
export function machineIdIn(folder: string): string {
  const file = join(folder, 'machine');
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, randomUUID(), { flag: 'wx' });
  } catch {
    // It is there already, or cannot be made: reading it tells.
  }
  try {
    return readFileSync(file, 'utf8') || hostname();
  } catch {
    return hostname();
  }
}
