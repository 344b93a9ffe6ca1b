"""The texts that support begins with, until somebody edits them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from returns_engine.tables.engine import connection

ID = "2026-11-28T19:04:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "texts to answer with"

TEXTS = (
    (
        "What happens next",
        "en",
        "Hello {name},\n\nthank you for writing to us about {number}. {next_step}\n\n"
        "Your return's page always shows where it stands.\n\nKind regards\nEKR",
    ),
    (
        "Please send a photo",
        "en",
        "Hello {name},\n\nso that we can decide about {number}, please send us a photo: one of the"
        " whole cover, and one close to the spot it is about. You can add them on your return's"
        " page, or simply answer this mail.\n\nKind regards\nEKR",
    ),
    (
        "Sorry that it takes so long",
        "en",
        "Hello {name},\n\nwe are sorry that you are still waiting for {number}. {next_step}\n\n"
        "We look after it and write to you as soon as there is news.\n\nKind regards\nEKR",
    ),
    (
        "The carrier was asked",
        "en",
        "Hello {name},\n\nwe have asked the carrier where the parcel of {number} is. They usually"
        " answer within three business days; we write to you either way, and you need not do"
        " anything meanwhile.\n\nKind regards\nEKR",
    ),
    (
        "How to pack it",
        "en",
        "Hello {name},\n\nplease put everything that belongs to {number} into one box, with its tags"
        " and in its original packaging if you have it, and stick the label flat onto the largest"
        " side. Any old label should come off.\n\nKind regards\nEKR",
    ),
    (
        "Qué pasa ahora",
        "es",
        "Hola {name}:\n\nGracias por escribirnos sobre {number}. {next_step}\n\n"
        "En la página de su devolución siempre puede ver cómo va.\n\nUn cordial saludo\nEKR",
    ),
    (
        "Envíenos una foto",
        "es",
        "Hola {name}:\n\nPara decidir sobre {number}, envíenos por favor una foto de la funda"
        " entera y otra de cerca de la parte de que se trata. Puede añadirlas en la página de su"
        " devolución o responder a este correo.\n\nUn cordial saludo\nEKR",
    ),
    (
        "Sentimos la demora",
        "es",
        "Hola {name}:\n\nSentimos que siga esperando por {number}. {next_step}\n\n"
        "Nos ocupamos de ello y le escribiremos en cuanto haya noticias.\n\n"
        "Un cordial saludo\nEKR",
    ),
    (
        "Hemos preguntado al transportista",
        "es",
        "Hola {name}:\n\nHemos preguntado al transportista dónde está el paquete de {number}. Suele"
        " responder en tres días hábiles; le escribiremos en cualquier caso y, mientras tanto, no"
        " tiene que hacer nada.\n\nUn cordial saludo\nEKR",
    ),
    (
        "Cómo empaquetarlo",
        "es",
        "Hola {name}:\n\nPonga por favor todo lo de {number} en una sola caja, con sus etiquetas y"
        " en su embalaje original si lo tiene, y pegue la etiqueta de envío plana en el lado más"
        " grande. Retire las etiquetas de envío anteriores.\n\nUn cordial saludo\nEKR",
    ),
)


async def forwards() -> MigrationManager:
    """Put the texts in, in both languages."""
    manager = MigrationManager(migration_id=ID, app_name="returns_engine", description=DESCRIPTION)

    async def put_in() -> None:
        await connection().executemany(
            "INSERT INTO reply_templates (name, language, text, in_use) VALUES ($1, $2, $3, true)",
            TEXTS,
        )

    async def take_out() -> None:
        await connection().execute("DELETE FROM reply_templates")

    manager.add_raw(put_in)
    manager.add_raw_backwards(take_out)
    return manager
