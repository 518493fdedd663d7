"""What a copy and the terminal say, in the three languages."""

COPY = {
    "zh": {
        "title": "您的个人信息副本",
        "intro": "以下是该服务保存的您的个人信息；他人的信息已略去。"
        "同一内容另有 data.json 和每表一份 CSV，各字段含义见 schema.json。",
        "rows": "{n} 行",
        "nothing": "没有找到您的个人信息。",
        "more": "另有 {n} 行，见 {file} 和 data.json。",
        "waits": "尚缺一部分：受托人{party}尚未答复其所持有的您的个人信息；答复后您将再次得到副本。",
        "failed": "尚缺一部分：受托人{party}未能给出其所持有的您的个人信息；此事仍在办理。",
        "schema": "各表各列的含义；类别以三种语言注明。",
    },
    "en": {
        "title": "A copy of your personal information",
        "intro": "This is what the service holds of you; what is other people's is left out. The same stands "
        "in data.json and in a CSV file for each table; schema.json says what each field means.",
        "rows": "rows: {n}",
        "nothing": "Nothing was found of you.",
        "more": "Further rows: {n}; they stand in {file} and data.json.",
        "waits": "A part is missing: the entrusted party {party} has not yet answered what it holds of you. "
        "When it has, you get a copy again.",
        "failed": "A part is missing: the entrusted party {party} could not give what it holds of you. "
        "The request goes on.",
        "schema": "What each column of each table means; categories are named in three languages.",
    },
    "es": {
        "title": "Una copia de su información personal",
        "intro": "Esto es lo que el servicio conserva de usted; lo ajeno se ha omitido. Lo mismo está en "
        "data.json y en un archivo CSV por tabla; schema.json explica cada campo.",
        "rows": "filas: {n}",
        "nothing": "No se encontró nada de usted.",
        "more": "Filas restantes: {n}; figuran en {file} y data.json.",
        "waits": "Falta una parte: el encargado {party} aún no ha respondido qué conserva de usted. "
        "Cuando lo haga, recibirá de nuevo una copia.",
        "failed": "Falta una parte: el encargado {party} no pudo entregar lo que conserva de usted. "
        "La solicitud sigue abierta.",
        "schema": "Qué significa cada columna de cada tabla; las categorías figuran en tres idiomas.",
    },
}
"""What stands in a copy beside the information."""
