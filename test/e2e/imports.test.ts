import { kiroIdePaths } from '../../src/import/paths';
import { ideFilesOf, writeKiroIdeFiles } from '../fixtures/kiroIde';
import { describeFirstAnswers, email } from './firstAnswer';

describeFirstAnswers(
  {
    name: 'kiro-cli',
    account: { method: 'github', email, signedIn: true },
    go: async (window, world, account) => {
      world.signKiroCliIn(account);
      await window.runCommand('Kiro Models: Import from Kiro CLI…');
    },
  },
  {
    name: 'kiro-ide',
    account: { method: 'builder-id', email, signedIn: true },
    go: async (window, world, account) => {
      const machine = { platform: 'linux', env: {}, homedir: world.host.home } as const;
      writeKiroIdeFiles(kiroIdePaths(machine), ideFilesOf(account));
      await window.runCommand('Kiro Models: Import from Kiro IDE');
    },
  },
  {
    name: 'pasted-token',
    account: { method: 'google', email, signedIn: true },
    go: async (window, _world, account) => {
      await window.runCommand('Kiro Models: Paste Refresh Token…');
      await window.quickInput.answer(`"${account.refreshToken}"`);
    },
  },
  {
    name: 'api-key',
    account: { method: 'api-key', email, signedIn: true },
    go: async (window, _world, account) => {
      await window.runCommand('Kiro Models: Add API Key…');
      await window.quickInput.answer(account.accessToken);
    },
  },
);
