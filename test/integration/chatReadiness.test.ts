import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { runOnceRegistered } from '../../src/vscode/chat/chatReadiness';

describe('a command of VS Code’s chat', () => {
  it('is run once it is there, in a window that has only just opened', async () => {
    const command = 'kiroModelsTest.registeredLate';
    const ran = runOnceRegistered(command);
    // The first look has found nothing by the time the list comes back a second time.
    await vscode.commands.getCommands(true);
    const registration = vscode.commands.registerCommand(command, () => 'there');
    try {
      assert.equal(await ran, 'there');
    } finally {
      registration.dispose();
    }
  });
});
