import assert from 'node:assert/strict';
import { extensions } from 'vscode';

describe('the extension in a real extension host', () => {
  it('is found and activates', async () => {
    const extension = extensions.getExtension('kiro-chat-models.kiro-chat-models');
    assert.ok(extension, 'not found');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });
});
