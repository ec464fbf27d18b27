import { kiroIdePaths } from '../../src/import/paths';
import { ideFilesOf, writeKiroIdeFiles } from '../fixtures/kiroIde';
import { describeFirstAnswer, email } from './firstAnswer';

describeFirstAnswer({
  name: 'kiro-cli',
  account: { method: 'github', email, signedIn: true },
  go: async (window, world, account) => {
    world.signKiroCliIn(account);
    await window.runCommand('Kiro Models: Import from Kiro CLI…');
  },
});

describeFirstAnswer({
  name: 'kiro-ide',
  account: { method: 'builder-id', email, signedIn: true },
  go: async (window, world, account) => {
    const machine = { platform: 'linux', env: {}, homedir: world.host.home } as const;
    writeKiroIdeFiles(kiroIdePaths(machine), ideFilesOf(account));
    await window.runCommand('Kiro Models: Import from Kiro IDE');
  },
});

describeFirstAnswer({
  name: 'pasted-token',
  account: { method: 'google', email, signedIn: true },
  go: async (window, _world, account) => {
    await window.runCommand('Kiro Models: Paste Refresh Token…');
    await window.quickInput.answer(`"${account.refreshToken}"`);
  },
});

describeFirstAnswer({
  name: 'api-key',
  account: { method: 'api-key', email, signedIn: true },
  go: async (window, _world, account) => {
    await window.runCommand('Kiro Models: Add API Key…');
    await window.quickInput.answer(account.accessToken);
  },
});
