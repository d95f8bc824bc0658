"""Say why a webhook does not do what is asked of it."""

from __future__ import annotations

from contracts.problems.problem import Problem

OF_WEBHOOKS = (
    Problem(
        "webhook_disabled",
        "الويب هوك موقوف؛ فعّله أولًا.",
        "وب‌هوک غیرفعال است؛ نخست آن را فعال کنید.",
        "The webhook is disabled; enable it first.",
    ),
    Problem(
        "webhook_unreadable",
        "تعذّر فك تشفير ما حُفظ من الويب هوك؛ احذفه وأنشئه من جديد.",
        "آنچه از وب‌هوک نگه داشته شده رمزگشایی نمی‌شود؛ آن را حذف کنید و از نو بسازید.",
        "What is kept of the webhook cannot be decrypted; remove it and make it anew.",
    ),
)
