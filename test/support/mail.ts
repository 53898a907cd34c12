/** Mails for tests, in few words. */

export interface MailOptions {
  id?: string
  subject?: string
  from?: string
  date?: string
  inReplyTo?: string
  references?: string
  body?: string
  headers?: string
}

export const DIFF = `diff --git a/lamp.c b/lamp.c
index 1111111..2222222 100644
--- a/lamp.c
+++ b/lamp.c
@@ -1,3 +1,3 @@
 int lamp(void)
-	return 0;
+	return 1;
 }
`

/** The body of a patch as git sends it. */
export const PATCH_BODY = `Light the lamp.

Signed-off-by: Mira Keeper <mira@example.org>
---
 lamp.c | 2 +-
 1 file changed, 1 insertion(+), 1 deletion(-)

${DIFF}-- 
2.39.5
`

let count = 0

/** A mail to the list `lamps.example.org`, by default a patch. */
export function mail(options: MailOptions = {}): Buffer {
  count++
  const lines = [
    `From: ${options.from ?? 'Mira Keeper <mira@example.org>'}`,
    `Subject: ${options.subject ?? '[PATCH] lamp: light it'}`,
    `Date: ${options.date ?? 'Mon, 05 Oct 2026 10:00:00 +0200'}`,
    `Message-Id: <${options.id ?? `mail-${count}@example.org`}>`,
    'List-ID: Lamps <lamps.example.org>',
    ...(options.inReplyTo ? [`In-Reply-To: <${options.inReplyTo}>`] : []),
    ...(options.references ? [`References: ${options.references}`] : []),
    ...(options.headers ? [options.headers] : []),
  ]
  return Buffer.from(`${lines.join('\n')}\n\n${options.body ?? PATCH_BODY}`)
}
