"""Which category of FOCUS the services of the clouds belong to."""

from collections.abc import Mapping
from typing import Final

OTHER: Final = "Other"

_SERVICES: Final[Mapping[str, tuple[str, ...]]] = {
    "AI and Machine Learning": (
        *("Amazon Bedrock", "Amazon SageMaker", "Amazon Rekognition", "Amazon Textract"),
        *("Azure Machine Learning", "Azure OpenAI", "Cognitive Services", "Foundry Models"),
        *("Vertex AI", "Gemini API", "Cloud Vision API"),
    ),
    "Analytics": (
        *("Amazon Athena", "Amazon Elastic MapReduce", "Amazon Kinesis", "AWS Glue"),
        *("Amazon OpenSearch Service", "Amazon QuickSight", "Amazon Redshift"),
        *("Azure Databricks", "Azure Data Explorer", "Azure Data Factory v2"),
        *("Azure Synapse Analytics", "Event Hubs", "Stream Analytics"),
        *("BigQuery", "Cloud Composer", "Cloud Dataflow", "Cloud Dataproc"),
    ),
    "Compute": (
        *("Amazon Elastic Compute Cloud - Compute", "EC2 - Other", "AWS Lambda"),
        *("Amazon EC2 Container Registry (ECR)", "Amazon Elastic Container Service"),
        *("Amazon Elastic Container Service for Kubernetes", "Amazon Lightsail", "AWS Batch"),
        *("Virtual Machines", "Virtual Machines Licenses", "Azure App Service", "Functions"),
        *("Azure Container Apps", "Azure Kubernetes Service", "Container Instances"),
        *("Compute Engine", "App Engine", "Cloud Functions", "Cloud Run", "Cloud Run Functions"),
        "Kubernetes Engine",
    ),
    "Databases": (
        *("Amazon DocumentDB (with MongoDB compatibility)", "Amazon DynamoDB"),
        *("Amazon ElastiCache", "Amazon Neptune", "Amazon Relational Database Service"),
        *("Azure Cosmos DB", "Azure Database for MySQL", "Azure Database for PostgreSQL"),
        *("Redis Cache", "SQL Database", "SQL Managed Instance"),
        *("AlloyDB", "Cloud Bigtable", "Cloud Firestore", "Cloud Memorystore for Redis"),
        *("Cloud Spanner", "Cloud SQL"),
    ),
    "Developer Tools": (
        *("AWS CodeBuild", "AWS CodePipeline", "AWS X-Ray", "Azure DevOps"),
        *("Container Registry", "Artifact Registry", "Cloud Build"),
    ),
    "Identity": (
        *("Amazon Cognito", "AWS Directory Service", "Microsoft Entra", "Identity Platform"),
    ),
    "Integration": (
        *("Amazon MQ", "Amazon Simple Notification Service", "Amazon Simple Queue Service"),
        *("AWS Events", "AWS Step Functions", "API Management", "Event Grid", "Logic Apps"),
        *("Service Bus", "Cloud Pub/Sub", "Cloud Scheduler", "Cloud Tasks", "Workflows"),
    ),
    "Internet of Things": ("AWS IoT", "IoT Hub"),
    "Management and Governance": (
        *("AmazonCloudWatch", "AWS Backup", "AWS CloudTrail", "AWS Config", "AWS Cost Explorer"),
        *("AWS Systems Manager", "Automation", "Azure Monitor", "Log Analytics"),
        *("Cloud Logging", "Cloud Monitoring", "Stackdriver Logging", "Stackdriver Monitoring"),
    ),
    "Migration": ("AWS Database Migration Service", "AWS DataSync", "Azure Migrate"),
    "Networking": (
        *("Amazon API Gateway", "Amazon CloudFront", "Amazon Elastic Load Balancing"),
        *("Amazon Route 53", "Amazon Virtual Private Cloud", "AWS Data Transfer"),
        *("AWS Direct Connect", "AWS Global Accelerator"),
        *("Application Gateway", "Azure DNS", "Azure Front Door Service", "Bandwidth"),
        *("Content Delivery Network", "ExpressRoute", "Load Balancer", "NAT Gateway"),
        *("Virtual Network", "VPN Gateway", "Cloud CDN", "Cloud DNS", "Networking"),
    ),
    "Security": (
        *("Amazon GuardDuty", "Amazon Inspector", "AWS Certificate Manager", "AWS Secrets Manager"),
        *("AWS Key Management Service", "AWS Security Hub", "AWS WAF", "Azure Firewall"),
        *("Key Vault", "Microsoft Defender for Cloud", "Sentinel", "Secret Manager"),
        *("Cloud Key Management Service (KMS)", "Security Command Center"),
    ),
    "Storage": (
        *("Amazon Elastic Block Store", "Amazon Elastic File System", "Amazon FSx"),
        *("Amazon Glacier", "Amazon Simple Storage Service"),
        *("Azure NetApp Files", "Backup", "Storage", "Cloud Filestore", "Cloud Storage"),
    ),
}
_CATEGORIES: Final[Mapping[str, str]] = {
    service.casefold(): category for category, names in _SERVICES.items() for service in names
}


def category_of_service(name: str) -> str:
    """Return the category of the service that the bill calls *name*; `OTHER` of one unknown."""
    return _CATEGORIES.get(name.casefold(), OTHER)
