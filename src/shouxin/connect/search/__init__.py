"""Search indexes: Elasticsearch and OpenSearch."""
