"""The inventory in words: at the terminal, in the register of processing activities, in the picture."""

from collections.abc import Iterator

from shouxin.duties.command import Called
from shouxin.duties.inventory.checks import Finding

COLUMNS = {
    "zh": {
        "service": "服务", "activity": "处理活动", "purpose": "处理目的", "subjects": "个人的范围",
        "categories": "个人信息种类", "sensitive": "敏感个人信息", "basis": "合法性基础",
        "necessity": "必要性",
        "recipients": "接收方", "systems": "系统", "abroad": "出境", "retention": "保存期限",
        "automated": "自动化决策", "assessment": "影响评估", "name": "SDK", "version": "版本",
        "party": "提供方", "contact": "联系方式", "country": "国家或地区", "permissions": "权限",
        "policy": "处理规则",
    },
    "en": {
        "service": "Service", "activity": "Processing activity", "purpose": "Purpose",
        "subjects": "Individuals", "categories": "Categories of personal information",
        "sensitive": "Sensitive", "basis": "Legal basis", "necessity": "Necessity",
        "recipients": "Recipients", "systems": "Systems", "abroad": "Abroad", "retention": "Kept for",
        "automated": "Automated decision", "assessment": "Impact assessment", "name": "SDK",
        "version": "Version", "party": "Provider", "contact": "Contact", "country": "Country or region",
        "permissions": "Permissions", "policy": "Notice",
    },
    "es": {
        "service": "Servicio", "activity": "Actividad de tratamiento", "purpose": "Finalidad",
        "subjects": "Personas", "categories": "Categorías de información personal",
        "sensitive": "Sensible", "basis": "Base jurídica", "necessity": "Necesidad",
        "recipients": "Destinatarios", "systems": "Sistemas", "abroad": "Al extranjero",
        "retention": "Conservación", "automated": "Decisión automatizada",
        "assessment": "Evaluación de impacto", "name": "SDK", "version": "Versión", "party": "Proveedor",
        "contact": "Contacto", "country": "País o región", "permissions": "Permisos", "policy": "Aviso",
    },
}  # fmt: skip

LABELS = {
    "zh": {
        "unknown": "未登记", "none": "无", "yes": "是", "no": "否", "join": "、",
        "register": "处理活动登记册", "sdks": "SDK和第三方清单",
        "days": "{n}日", "working_days": "{n}个工作日", "months": "{n}个月", "years": "{n}年",
        "basis_consent": "同意", "basis_contract": "订立、履行合同所必需",
        "basis_staff_management": "人力资源管理所必需", "basis_statutory_duty": "法定职责或者法定义务所必需",
        "basis_public_health_emergency": "应对突发公共卫生事件",
        "basis_urgent_protection": "紧急情况下的保护",
        "basis_news_in_public_interest": "新闻报道、舆论监督", "basis_public_information": "已公开的个人信息",
        "basis_other_law": "法律、行政法规规定的其他情形",
        "kind_entrusted": "受托人", "kind_processor": "其他个人信息处理者", "kind_joint": "共同处理者",
        "kind_authority": "国家机关",
        "route_assessment": "安全评估", "route_certification": "个人信息保护认证",
        "route_standard_contract": "标准合同", "route_other_condition": "其他条件",
        "route_treaty": "国际条约",
        "wrong": "不符", "open": "未登记", "nothing": "没有发现问题",
    },
    "en": {
        "unknown": "not recorded", "none": "none", "yes": "yes", "no": "no", "join": ", ",
        "register": "Processing activities", "sdks": "SDKs and third parties",
        "days": "{n} days", "working_days": "{n} working days", "months": "{n} months", "years": "{n} years",
        "basis_consent": "consent", "basis_contract": "contract",
        "basis_staff_management": "staff management",
        "basis_statutory_duty": "statutory duty", "basis_public_health_emergency": "public-health emergency",
        "basis_urgent_protection": "urgent protection", "basis_news_in_public_interest": "news reporting",
        "basis_public_information": "information already public", "basis_other_law": "other case of the law",
        "kind_entrusted": "entrusted party", "kind_processor": "other processor",
        "kind_joint": "joint processor",
        "kind_authority": "authority",
        "route_assessment": "security assessment", "route_certification": "certification",
        "route_standard_contract": "standard contract", "route_other_condition": "other condition",
        "route_treaty": "treaty",
        "wrong": "wrong", "open": "open", "nothing": "nothing was found",
    },
    "es": {
        "unknown": "sin registrar", "none": "ninguno", "yes": "sí", "no": "no", "join": ", ",
        "register": "Actividades de tratamiento", "sdks": "SDK y terceros",
        "days": "{n} días", "working_days": "{n} días hábiles", "months": "{n} meses", "years": "{n} años",
        "basis_consent": "consentimiento", "basis_contract": "contrato",
        "basis_staff_management": "gestión de personal", "basis_statutory_duty": "obligación legal",
        "basis_public_health_emergency": "emergencia de salud pública",
        "basis_urgent_protection": "protección urgente",
        "basis_news_in_public_interest": "información periodística",
        "basis_public_information": "información ya pública", "basis_other_law": "otro supuesto legal",
        "kind_entrusted": "parte encargada", "kind_processor": "otro responsable",
        "kind_joint": "corresponsable", "kind_authority": "autoridad",
        "route_assessment": "evaluación de seguridad", "route_certification": "certificación",
        "route_standard_contract": "contrato estándar", "route_other_condition": "otra condición",
        "route_treaty": "tratado",
        "wrong": "incorrecto", "open": "pendiente", "nothing": "no se ha encontrado nada",
    },
}  # fmt: skip


def findings(found: tuple[Finding, ...], language: str, called: Called) -> Iterator[str]:
    """Yield the lines that show what is wrong and what is open."""
    label = LABELS[language]
    if not found:
        yield label["nothing"]
    for one in found:
        place = " / ".join(filter(None, (one.service, one.activity)))
        about = f" ({one.about})" if one.about else ""
        yield f"{label[one.state]}  {place or '-'}  {called(one.check, 'inventory_check')}{about}"
        yield f"    {', '.join(one.provisions)}"
